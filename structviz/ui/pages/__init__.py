"""What belongs to one page alone: its choice, its sentences, its sections."""
