"""What can wait for a disk, a network or a process: done in threads, without Qt."""
