"""What the templates that staff edit may say, Word and text alike: their sandbox and their faults."""
