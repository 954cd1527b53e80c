"""calculation"""
