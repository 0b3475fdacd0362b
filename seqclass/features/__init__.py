"""From an item to frames: MFCC for speech, tokens for text, plain numbers for numeric sequences."""
