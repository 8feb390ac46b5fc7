"""What keys do, one file for each subject."""
