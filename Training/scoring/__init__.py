"""How good it is: metrics, tables of results, agreement of volumes."""
