"""What all faces do alike: from options to a request, usage data, words for what goes on."""
