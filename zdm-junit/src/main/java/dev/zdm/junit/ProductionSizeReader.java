package dev.zdm.junit;

import dev.zdm.change.Resources;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.ProductionFigures;
import java.util.ArrayList;
import java.util.List;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Reads how large tables are in production.
 *
 * @param testClass where the annotations are
 */
record ProductionSizeReader(Class<?> testClass) {
    /**
     * Returns the sizes of the export, then those of the annotations.
     *
     * @param export a class path resource or a file; empty: none
     */
    List<dev.zdm.plan.ProductionSize> read(String export) {
        List<dev.zdm.plan.ProductionSize> sizes = new ArrayList<>();
        if (!export.isBlank()) {
            String text = Resources.text("file of production sizes", export);
            sizes.addAll(ProductionFigures.parse(text, export.substring(export.lastIndexOf('/') + 1)));
        }
        AnnotationSupport.findRepeatableAnnotations(testClass, ProductionSize.class)
                .forEach(annotation -> sizes.add(read(annotation)));
        return sizes;
    }

    private dev.zdm.plan.ProductionSize read(ProductionSize annotation) {
        if (annotation.rows() < 1) {
            throw misuse("rows to be at least 1", Misuse.attribute("rows", annotation.rows()));
        }
        try {
            return dev.zdm.plan.ProductionSize.of(annotation.table(), annotation.rows());
        } catch (PlanException e) {
            throw misuse(
                    "table to be the name of a table as SQL spells it", Misuse.attribute("table", annotation.table()));
        }
    }

    private PlanException misuse(String expected, String found) {
        return Misuse.of(ProductionSize.class, testClass, expected, found);
    }
}
