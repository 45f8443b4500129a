"""Points and models, each with the reasons behind a score."""
