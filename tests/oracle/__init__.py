"""An independent judge for China, written from the table of rules and from nothing else."""
