ALTER TABLE customer DROP COLUMN token;
