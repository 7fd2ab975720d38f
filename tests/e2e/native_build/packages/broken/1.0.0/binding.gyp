{"targets": [{"target_name": "broken", "sources": ["broken.c"]}]}
