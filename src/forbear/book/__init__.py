"""What comes in and lies on disk: loan tapes, profiles, rejects, the columns' layout."""
