"""Pages of this app. Everything is fetched through `request.user.customer`."""
