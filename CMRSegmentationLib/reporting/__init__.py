"""Numbers and labels out: the report, its files, the overview picture and the table of a study."""
