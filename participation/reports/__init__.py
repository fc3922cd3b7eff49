"""How participation goes: figures for everybody and for the board, and the record; read only."""
