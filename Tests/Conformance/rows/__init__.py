"""The rows, by subject. A row gets a case, and fails with the first thing that is not as the table has it."""
