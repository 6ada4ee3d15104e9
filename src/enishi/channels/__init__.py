"""Connected accounts, their credentials, and the contract that adapters keep."""
