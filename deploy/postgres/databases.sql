-- One database a use, made when the volume is empty.
create database prefect;
create database journal;
create database lakehouse;
