"""Long work that a person waits for: started, run by a worker, followed on a page."""
