"""Carriers that answer on the network: tracking by La Poste, registered letters by Maileva, LRE by AR24."""
