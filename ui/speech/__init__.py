"""What is said aloud: recorded sentences, and the sound device that plays them."""
