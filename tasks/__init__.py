"""The families of questions. Each lives in `<track>/<task>/` and touches nothing outside its folder."""
