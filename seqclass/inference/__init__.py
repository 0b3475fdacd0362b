"""Classifying items with a bundle; neither TensorFlow nor librosa is loaded here."""
