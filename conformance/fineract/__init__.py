"""The public scenarios of Apache Fineract: loans served step by step, with what each step must show."""
