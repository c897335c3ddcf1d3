from linkify_it.main import LinkifyIt as LinkifyIt
