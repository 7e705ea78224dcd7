"""The core: module factory, coordinator, response parser and validator, admission."""
