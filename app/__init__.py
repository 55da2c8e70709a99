"""What people look at: the HTTP API and the dashboard. Reads releases and the journal, computes nothing of its own."""
