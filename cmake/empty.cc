// For a folder that has no sources yet.
