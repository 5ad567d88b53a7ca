"""The practice box: the hands of whoever practises. It lays cards, cuts the line and pulls the camera's plug."""
