"""Keys, pastes and signs as a terminal sends and takes them. Never a screen."""
