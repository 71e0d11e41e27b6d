-- On SQLite sends lie in one tree by their ids; here they lie as they did.
SELECT 1;
