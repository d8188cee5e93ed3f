"""The shapes that bench/make_checkpoint.py knows: the files of the published model that say what it is."""

_COMMON = {
    "attention_probs_dropout_prob": 0.1,
    "hidden_act": "gelu",
    "hidden_dropout_prob": 0.1,
    "initializer_range": 0.02,
    "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512,
    "model_type": "bert",
    "num_attention_heads": 12,
    "pad_token_id": 0,
    "position_embedding_type": "absolute",
    "type_vocab_size": 2,
    "use_cache": True,
}
_MODULE = "sentence_transformers.models"

# old_names: `bert.` prefix, LayerNorm.gamma and .beta, heads of the pre-training; else bare names and position_ids.
SHAPES = {
    "bert-base-cased": {
        "old_names": True,
        "lowercase": False,
        "files": {
            "config.json": {
                **_COMMON,
                "architectures": ["BertForMaskedLM"],
                "hidden_size": 768,
                "intermediate_size": 3072,
                "num_hidden_layers": 12,
                "vocab_size": 28996,
            },
        },
    },
    "all-MiniLM-L6-v2": {
        "old_names": False,
        "lowercase": True,
        "files": {
            "config.json": {
                **_COMMON,
                "architectures": ["BertModel"],
                "hidden_size": 384,
                "intermediate_size": 1536,
                "num_hidden_layers": 6,
                "vocab_size": 30522,
            },
            "modules.json": [
                {"idx": 0, "name": "0", "path": "", "type": f"{_MODULE}.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{_MODULE}.Pooling"},
                {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{_MODULE}.Normalize"},
            ],
            "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
            "1_Pooling/config.json": {
                "word_embedding_dimension": 384,
                "pooling_mode_cls_token": False,
                "pooling_mode_mean_tokens": True,
                "pooling_mode_max_tokens": False,
                "pooling_mode_mean_sqrt_len_tokens": False,
            },
        },
    },
}
