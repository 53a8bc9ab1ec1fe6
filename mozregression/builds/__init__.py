"""From a Build to an unpacked folder: downloads that go on, a bounded cache, safe unpacking."""
