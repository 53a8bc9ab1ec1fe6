"""What all faces do alike: from options to a request, and words for what goes on."""
