"""Who refers to whom: edges between pieces, how much each is leaned on, and what lies near."""
