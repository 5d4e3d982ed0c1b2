"""The commands, a short file each: arguments -> one call -> a renderer."""
