"""Raw text to canonical values."""
