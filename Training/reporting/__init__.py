"""What is shown of it: tables, figures, cards and documents."""
