package dev.zdm.sample.quickstart;

import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import javax.sql.DataSource;

class NewShop {
    private final DataSource database;

    NewShop(DataSource database) {
        this.database = database;
    }

    @Operation(weight = 4)
    void look(Keys keys) throws SQLException {
        run("select id, price - discount from product where id = ?", keys.any());
    }

    @Operation
    void raise_price(Keys keys) throws SQLException {
        run("update product set price = price + 1 where id = ?", keys.any());
    }

    private void run(String sql, long id) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, id);
            statement.execute();
        }
    }
}
