"""A business to try Bookkinda with: made on an empty database, removed without a trace."""
