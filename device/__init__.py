"""Things plugged into the machine: card readers, cards, cameras, faces, and their virtual twins."""
