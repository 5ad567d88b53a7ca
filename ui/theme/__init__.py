"""How the windows look: colours, sizes, fonts, and the one style sheet made of them."""
