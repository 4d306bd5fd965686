"""The pages of the frame: settings, first steps, leaving the sample."""
