"""From the journals into the tables: decode, judge, deduplicate, write, let go."""
