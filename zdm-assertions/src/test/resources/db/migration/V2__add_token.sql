ALTER TABLE customer ADD COLUMN token uuid;
