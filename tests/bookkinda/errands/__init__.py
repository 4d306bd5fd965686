"""An app that does nothing but jobs whose traces a test can read."""
