"""The YAML that people write: law packs, the treatment table, scorecards, profiles, message templates.

Read strictly, and every complaint names file, line, place, cause and cure. What a document means is
the business of the room that reads it.
"""
