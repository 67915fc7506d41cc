"""The web page: its ES modules, stylesheets and markup, and `bundle`, which joins them."""
