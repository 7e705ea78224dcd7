"""Any server that speaks OpenAI chat completions: OpenAI itself, Ollama, llama.cpp, vLLM."""
