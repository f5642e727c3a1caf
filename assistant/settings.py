"""Settings: all that differs between two installations, read once from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Where things are kept and which services are used. Every field is an environment variable `CANMOU_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="CANMOU_",
        frozen=True,
        extra="ignore",
        use_attribute_docstrings=True,
        populate_by_name=True,
    )

    index_dir: Path = Path(".index")
    """检索索引所在目录，可随时删除重建"""
    state_dir: Path = Path(".state")
    """案例、会话、上传文件所在目录"""
    model: str = ""
    """对话模型名称；留空则不使用模型"""
    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    """模型服务的密钥"""
    openai_base_url: str = Field(default="", validation_alias="OPENAI_BASE_URL")
    """OpenAI 兼容接口的地址"""
    model_timeout: float = 60.0
    """等待模型回应的秒数"""
    model_requests_per_hour: int = 200
    """每个使用者每小时最多请求模型几次；0 为不限"""
    model_characters_per_day: int = 1_000_000
    """每个使用者每天最多发给模型多少字；0 为不限"""
    mask: bool | None = None
    """发往模型前是否遮蔽企业与个人信息；不设则对非本机地址遮蔽"""
    embedder: str = "none"
    """向量模型：none、st:名称或路径、openai:模型@地址"""
    reranker: str = "none"
    """重排模型：none、st:名称或路径、rerank:模型@地址、tei:地址"""
    reranker_key: SecretStr | None = None
    """重排接口的密钥；接口与 OPENAI_BASE_URL 同在一处时可不设"""
    chroma: str = ""
    """外部 Chroma 服务地址；留空则用本机索引"""
    database: str = ""
    """案例与会话的数据库地址；留空则用 state_dir 下的 SQLite"""

    @property
    def embedding_key(self) -> str | None:
        """The key an OpenAI-compatible embeddings endpoint is asked with."""
        return self.openai_api_key.get_secret_value() if self.openai_api_key else None

    @property
    def reranking_key(self) -> str | None:
        """The key a rerank endpoint is asked with; the model's own key goes nowhere but to the model's own address."""
        from retrieval.rerank import address_of

        if self.reranker_key is not None:
            return self.reranker_key.get_secret_value()
        asked, model = (urlsplit(url) for url in (address_of(self.reranker), self.openai_base_url))
        same = asked.netloc and (asked.scheme, asked.netloc) == (model.scheme, model.netloc)
        return self.embedding_key if same else None
