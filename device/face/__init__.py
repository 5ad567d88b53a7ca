"""Is the person before the camera the one in the chip photo; all that computes runs in one child process."""
